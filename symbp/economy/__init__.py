"""The order that costs least: sums taken apart, what a loop does not change, equal pieces once."""
