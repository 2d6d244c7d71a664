"""What a running contract buys: when an order is allowed, what is left under the maxima, who is told."""
