"""A recorded wave, placed again: the folder format of benchmarks, the replay, the best that was possible."""
