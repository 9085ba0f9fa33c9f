"""A page becomes a notice: one file per step, in the order in which they run.

step1_decode → step2_extract → step3_classify → step4_read → step5_store.
Each step is a pure function on a `Document` with a thin Scrapy pipeline class
around it, so that the crawl, `zhenggai read` and the tests share the same code.
"""
