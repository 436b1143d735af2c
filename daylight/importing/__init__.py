"""`daylight import`: files of records systems, through the public API, as any integrator would push them."""
