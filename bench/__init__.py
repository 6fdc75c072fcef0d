"""Measures the service and the site's tools beside others, on one machine and in one run."""
