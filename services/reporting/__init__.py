"""The reporting service: the directory first; later memoranda, school counts, assessments and published tables."""
