"""How a request is answered: marks, forms, pages, errors, headers. Knows no room."""
