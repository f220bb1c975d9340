"""Results: reports as the laboratory sent them, plain words beside them, and when the person sees them."""
