"""Where the files lie that these tests read."""

from pathlib import Path

import daylight.demo

DEMO = Path(daylight.demo.__file__).parent
HONOLULU = DEMO / "honolulu_2019-05.txt.gz"
SCHOOLS = DEMO / "crdc_schools_2020-21.csv"
VERMONT = Path(__file__).parent.parent / "data" / "vermont_deletes.txt"
HONOLULU_ZONE = "Pacific/Honolulu"
