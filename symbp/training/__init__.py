"""Training: optimisers as equations, batches, the loop over epochs, its history, and weights."""
