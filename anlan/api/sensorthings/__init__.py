"""OGC SensorThings 1.1: a source's things, datastreams and observations, written and read."""
