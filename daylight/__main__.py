"""`python -m daylight` is `daylight`."""

import sys

from daylight.command_line import main

sys.exit(main())
