"""An agency's regular schedule of training."""
