// Reads a JSON list of calendars from standard input; writes what ical.js understood of each.
// The library's module stands in the environment: ICAL_JS.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.env.ICAL_JS).href);

const read = (text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return {
    method: calendar.getFirstPropertyValue("method"),
    events: calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      return {
        uid: event.uid,
        starts_at: event.startDate.toJSDate().toISOString(),
        ends_at: event.endDate.toJSDate().toISOString(),
        sequence: event.sequence,
        summary: event.summary,
        description: event.description ?? "",
        names: component.getAllProperties().map((property) => property.name.toUpperCase()).sort(),
        people: ["organizer", "attendee"].flatMap((name) =>
          component.getAllProperties(name).map((property) => [
            property.getFirstValue(), property.getParameter("cn") ?? "",
          ]),
        ),
      };
    }),
    parts: calendar.getAllSubcomponents().map((component) => component.name.toUpperCase()),
  };
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
