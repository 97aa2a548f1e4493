-- name: hires_q
-- description: Employees hired in a year, for each department and job, with a column a quarter. Sorted by department, then job, in code-point order.
-- parameters:
--   - name: year
--     logicalType: integer
--     logicalTypeOptions: { minimum: 1, maximum: 9999 }
--     default: 2021
--     description: The year of the hires. It begins and ends in UTC, as its quarters do.
-- columns:
--   - { name: department, logicalType: string, required: true, description: What the department is called., example: Sales }
--   - { name: job, logicalType: string, required: true, description: What the job is called., example: Account Executive }
--   - { name: q1, logicalType: integer, required: true, description: Hires from January to March., example: 3 }
--   - { name: q2, logicalType: integer, required: true, description: Hires from April to June., example: 0 }
--   - { name: q3, logicalType: integer, required: true, description: Hires from July to September., example: 1 }
--   - { name: q4, logicalType: integer, required: true, description: Hires from October to December., example: 2 }
-- charts:
--   - { title: Hires by department and quarter, by: department, bars: [q1, q2, q3, q4] }
-- publish: { schedule: "30 5 * * *" }

-- A department is its id, and so is a job: two that are called alike are two rows. A pair without a hire in the year has no row. Every hire has a department and a job that
-- are known: the contracts' relationships let no other row into the table, so that none is lost by the joins.
SELECT d.department,
       j.job,
       count(*) FILTER (WHERE h.quarter = 1) AS q1,
       count(*) FILTER (WHERE h.quarter = 2) AS q2,
       count(*) FILTER (WHERE h.quarter = 3) AS q3,
       count(*) FILTER (WHERE h.quarter = 4) AS q4
FROM (
    SELECT department_id, job_id, extract(QUARTER FROM datetime AT TIME ZONE 'UTC') AS quarter
    FROM ${hired_employees}
    WHERE datetime >= make_timestamptz(@year::int, 1, 1, 0, 0, 0, 'UTC')
      AND datetime < make_timestamptz(@year::int + 1, 1, 1, 0, 0, 0, 'UTC')
) h
JOIN ${departments} d ON d.id = h.department_id
JOIN ${jobs} j ON j.id = h.job_id
GROUP BY d.id, d.department, j.id, j.job
ORDER BY d.department COLLATE "C", j.job COLLATE "C", d.id, j.id
