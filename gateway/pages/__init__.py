"""The gateway's pages: the GraphQL explorer and a page for each problem, from our own files alone."""
