"""An officer of an agency."""
