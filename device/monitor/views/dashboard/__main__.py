"""Run the dashboard's process: settings and then states on stdin, until it closes."""

from .server import serve

if __name__ == "__main__":
    serve()
