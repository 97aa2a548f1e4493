-- name: hires_depa
-- description: The departments that hired more employees in a year than the mean of all departments, those without a hire included. Most hires first, then by id.
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
-- charts:
--   - { title: Departments above the mean, by: department, bars: [hired] }
-- publish: { schedule: "30 5 * * *" }

-- Every hire has a department that is known: the contracts' relationships let no other row into the table. In a year without hires no department is above the mean.
WITH hires AS (
    SELECT d.id, d.department, count(h.id) AS hired
    FROM ${departments} d
    LEFT JOIN ${hired_employees} h
           ON h.department_id = d.id
          AND h.datetime >= make_timestamptz(@year::int, 1, 1, 0, 0, 0, 'UTC')
          AND h.datetime < make_timestamptz(@year::int + 1, 1, 1, 0, 0, 0, 'UTC')
    GROUP BY d.id, d.department
)
SELECT id, department, hired
FROM hires
WHERE hired > (SELECT avg(hired) FROM hires)
ORDER BY hired DESC, id
