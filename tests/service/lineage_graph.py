"""What a backend makes of events: jobs, datasets and what ties them, named as Marquez's `GET /api/v1/lineage` names them.

Events of a run add up: what it reads and makes is all that any of them names, and it is in the state of the last one
that has a type. A job reads and makes what its latest run does.
"""

def job_id(job):
    return f"job:{job['namespace']}:{job['name']}"


def dataset_id(dataset):
    return f"dataset:{dataset['namespace']}:{dataset['name']}"


class Graph:
    def __init__(self, events):
        self.runs, self.jobs = {}, {}  # a run by its id; the latest run of a job, by the job's
        for event in events:
            self.take(event)

    def take(self, event):
        run = self.runs.setdefault(event["run"]["runId"], {
            "job": job_id(event["job"]), "reads": set(), "makes": set(), "state": None, "parent": None})
        if run["state"] is None:
            self.jobs[run["job"]] = run
        run["state"] = event["eventType"]
        run["reads"] |= {dataset_id(dataset) for dataset in event.get("inputs", [])}
        run["makes"] |= {dataset_id(dataset) for dataset in event.get("outputs", [])}
        parent = event["run"].get("facets", {}).get("parent")
        if parent:
            run["parent"] = parent["run"]["runId"]
            self.runs.setdefault(run["parent"], {
                "job": job_id(parent["job"]), "reads": set(), "makes": set(), "state": None, "parent": None})

    def edges(self):
        """(origin, destination): from a dataset to the jobs that read it, from a job to the datasets that it makes."""
        return {edge for job, run in self.jobs.items()
                for edge in [(read, job) for read in run["reads"]] + [(job, made) for made in run["makes"]]}

    def states(self):
        return {job: run["state"] for job, run in self.jobs.items()}

    def outermost(self, job):
        """The job of the run that all began with."""
        run = self.jobs[job]
        while run["parent"]:
            run = self.runs[run["parent"]]
        return run["job"]
