"""Makes a join token with the stock Python server SDK: `join_token.py KEY SECRET ROOM IDENTITY`."""

import sys

from livekit import api

key, secret, room, identity = sys.argv[1:]
grants = api.VideoGrants(room_join=True, room=room)
print(api.AccessToken(key, secret).with_identity(identity).with_name(identity).with_grants(grants).to_jwt())
