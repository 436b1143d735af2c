"""The NIBRS flat file: lines to segments, segments to units, units to incident reports."""
