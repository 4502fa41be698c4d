"""What the commands do, by who asks: whoever loads exports, whoever wants an answer, whoever opens the pages."""
