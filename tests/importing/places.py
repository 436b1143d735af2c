"""Where the files lie that these tests read."""

from pathlib import Path

import daylight.demo

DEMO = Path(daylight.demo.__file__).parent
HONOLULU = DEMO / "honolulu_2019-05.txt.gz"
SCHOOLS = DEMO / "crdc_schools_2020-21.csv"
DATA = Path(__file__).parent.parent / "data"
VERMONT = DATA / "vermont_deletes.txt"
FIGURES = DATA / "crdc_referrals_and_arrests.csv"
STAFF = DATA / "crdc_characteristics_and_staff.csv"
HONOLULU_ZONE = "Pacific/Honolulu"
