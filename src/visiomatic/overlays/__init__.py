"""Catalogues and region files as GeoJSON on the sky, for ``visiomatic convert``.

What the page reads in the browser (client/src/vo) is read here with astropy's help, so that a site can prepare its
overlays once. Longitudes and latitudes are ICRS degrees.
"""
