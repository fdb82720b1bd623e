{{ config(meta={'f': 1}) }} select 1
