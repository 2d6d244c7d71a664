"""The measurements behind `make bench`: each compares ours with a bare equivalent, side by side, in one run."""
