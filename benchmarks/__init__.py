"""Speed beside an anchor in the same run: ratios and medians, since machines are noisy."""
