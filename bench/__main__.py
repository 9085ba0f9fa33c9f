"""Run every measurement: `make bench`."""

from bench import crawl, read

if __name__ == "__main__":
    read.main()
    crawl.main()
