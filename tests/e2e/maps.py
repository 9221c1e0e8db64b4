"""What the tests of the map share."""

WIDTH, HEIGHT = 1501, 1099  # odd, so that every level has a lone row and column
BARE = "show=-title,-readout,-scale,-compass,-minimap,-colorbar&mode=single&stretch=linear&cuts=minmax"
