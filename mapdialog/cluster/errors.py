"""What can go wrong with the private database server, said in one line with the remedy."""


class ClusterError(Exception):
    """The private PostGIS server cannot be used; the message names the cause and what to do."""
