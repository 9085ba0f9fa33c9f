"""Run every measurement: `make bench`."""

from bench import read

if __name__ == "__main__":
    read.main()
