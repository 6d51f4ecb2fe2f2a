"""What runs later, outside of requests: one module for each kind of job."""
