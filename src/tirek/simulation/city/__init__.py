"""The living city: calls, crews, hospitals and stays over days or years, decided by the engine's functions.

`model` is the city as numbers, `scenario` what happens to it, `demand` draws a day of calls, `state` holds
the arrays of the compiled loop (`heap`, `crews`, `beds`, `loop`), `run` drives it from planning time to
planning time, `result` makes figures and a `History`, `many` repeats runs on processes or a cluster.
"""
