"""Timetables: what is to be planned in, a timetable or the reasons why there is none out.

Pure: no database, no Django. Values are in `problem` and `outcome`, the independent check in
`verify`; `plan.plan` does the work and loads the solver, so only the process that plans imports
it: 270 MB of library have no place in a web process.
"""
