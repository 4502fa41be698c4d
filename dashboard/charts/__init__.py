"""Charts as pure functions from a frame to a figure; none of them imports streamlit."""
