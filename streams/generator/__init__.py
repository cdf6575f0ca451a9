"""A procedural world rendered to video with complete ground truth (see ../README.md)."""
