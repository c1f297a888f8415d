"""The decisions: functions of what is known, the time and a seed; one set for desk and simulator."""
