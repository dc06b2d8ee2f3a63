"""One way onto the network: session, auth, pacing, retries and error translation."""
