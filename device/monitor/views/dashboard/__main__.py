"""The child: settings and then the night's lines on stdin, until it closes."""

from .server import serve

if __name__ == "__main__":
    serve()
