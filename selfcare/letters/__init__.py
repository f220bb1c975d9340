"""Letters: photos and PDFs that a person keeps, and results as they were told. Nobody has checked them."""
