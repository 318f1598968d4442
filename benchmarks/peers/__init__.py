"""The peers: each a script `URL FILE CONCURRENCY` that crawls the site at the URL into a CSV file."""
