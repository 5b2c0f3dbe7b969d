"""A Starlette application that takes a form and does nothing with it.

Behind the service's own server settings: what is left when nothing is done is what it costs to be
asked at all.
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from forms_service.edges.serving import server_config
from forms_service.world.settings import Settings


async def take(request: Request) -> Response:
    """Read what was sent and answer."""
    await request.body()
    return HTMLResponse("<p>Danke.</p>")


app = Starlette(routes=[Route("/", take, methods=["GET", "POST"])])

if __name__ == "__main__":
    uvicorn.Server(server_config(app, Settings(port=int(sys.argv[1])))).run()
