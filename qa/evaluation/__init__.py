"""Measures the product on real questions, always beside something bare in the same run."""
