"""The library of the site and text tools."""
