"""Key figures of receivables: aging buckets and the DSO family."""
