"""Run every measurement: `make bench`."""

from bench import cluster, crawl, read

if __name__ == "__main__":
    read.main()
    crawl.main()
    cluster.main()
