"""The OpenAPI document of an edge, made from the descriptors that its routes are made from, and a page to try it."""
