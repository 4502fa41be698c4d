"""The product measured against floors and peers: the same work done the barest way, in the same run, in turns."""
