"""Deliveries to make: rows written in the transaction of what they tell of, sent later."""
