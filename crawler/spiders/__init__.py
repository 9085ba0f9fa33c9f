"""One spider for each family of site software, over one shared base."""
