"""Measurements, as ratios within one run: these machines are shared, and no two are alike."""
