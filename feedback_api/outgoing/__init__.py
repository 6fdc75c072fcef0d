"""What the service tells other systems on its own; knows services and domain, nothing else."""
