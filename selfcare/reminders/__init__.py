"""What is due for whom: a visit to get ready for, a goal to look at, access that ends, a professional's list."""
