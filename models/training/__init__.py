"""Training of the sample models; see README.md beside this file."""
