-- name: hires_mean
-- description: Every department's hires in a year, and beside them the mean of all departments, those without a hire included. Most hires first, then by id.
-- parameters:
--   - name: year
--     logicalType: integer
--     logicalTypeOptions: { minimum: 1, maximum: 9999 }
--     default: 2021
--     description: The year of the hires. It begins and ends in UTC.
-- columns:
--   - { name: id, logicalType: integer, required: true, description: Identifies the department., example: 2 }
--   - { name: department, logicalType: string, required: true, description: What the department is called., example: Sales }
--   - { name: hired, logicalType: integer, required: true, description: Hires in the year., example: 45 }
--   - { name: mean, logicalType: number, required: true, description: "The mean of all departments, to two digits.", example: 31.5 }
-- charts:
--   - { title: Departments against the mean, by: department, bars: [hired], line: mean }

SELECT d.id, d.department, count(h.id) AS hired, round(avg(count(h.id)) OVER (), 2) AS mean
FROM ${departments} d
LEFT JOIN ${hired_employees} h
       ON h.department_id = d.id
      AND h.datetime >= make_timestamptz(@year::int, 1, 1, 0, 0, 0, 'UTC')
      AND h.datetime < make_timestamptz(@year::int + 1, 1, 1, 0, 0, 0, 'UTC')
GROUP BY d.id, d.department
ORDER BY hired DESC, d.id
